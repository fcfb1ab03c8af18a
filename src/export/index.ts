/**
 * Trained models for elsewhere: modules of JavaScript and Python that need nothing of this package, and ONNX.
 *
 * An entry point of its own (`nalu-webgpu/export`), since training does not need it.
 *
 * @module nalu-webgpu/export
 */

import '../units/registry.ts';

import { isFormula } from '../expression/kind.ts';
import { checkArguments } from '../options/check.ts';
import { such } from '../options/kinds.ts';
import { type FormulaToExport, formulaToJavaScript, formulaToOnnx, formulaToPython } from './formula.ts';
import { toJavaScript as modelToJavaScript } from './javascript.ts';
import type { ExportColumn, ModelToExport } from './layers.ts';
import { toOnnx as modelToOnnx } from './onnx.ts';
import { toPython as modelToPython } from './python.ts';

export type { ExportColumn, FormulaToExport, ModelToExport };

const savedKind = such<ModelToExport | FormulaToExport>(
  "a model { model, parameters } or a formula { formula }, as loadSaved() of 'nalu-webgpu/io' gives them",
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    ('model' in value || ('formula' in value && isFormula(value.formula))),
);

function isModel(saved: ModelToExport | FormulaToExport): saved is ModelToExport {
  checkArguments('exporting', { saved }, { saved: savedKind });
  return 'model' in saved;
}

/** The text of a JavaScript module of a trained model or of a formula; see `javascript.ts` and `formula.ts`. */
export const toJavaScript = (saved: ModelToExport | FormulaToExport): string =>
  isModel(saved) ? modelToJavaScript(saved) : formulaToJavaScript(saved);

/** The text of a Python module, which needs NumPy alone. */
export const toPython = (saved: ModelToExport | FormulaToExport): string =>
  isModel(saved) ? modelToPython(saved) : formulaToPython(saved);

/** The bytes of an ONNX file: `x` [rows, inputs] in, `y` [rows, targets] out, float32. */
export const toOnnx = (saved: ModelToExport | FormulaToExport): Uint8Array<ArrayBuffer> =>
  isModel(saved) ? modelToOnnx(saved) : formulaToOnnx(saved);
