/** A formula as mathematics. */

import { h, type VNode } from 'preact';
import { type MathNode, readLatex } from './latex.ts';

export function FormulaMath({ latex }: { latex: string }) {
  return <math class="formula-math">{shown(readLatex(latex))}</math>;
}

function shown({ tag, children }: MathNode): VNode {
  return h(tag, null, ...children.map((child) => (typeof child === 'string' ? child : shown(child))));
}
