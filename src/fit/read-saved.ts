/** Reads a search that was kept as JSON, and refuses one that was damaged. */

import { FileFormatError } from '../errors.ts';
import type { SavedFit } from './saved.ts';
import { type FunctionName, functions } from './structured/functions.ts';
import type { Node } from './structured/tree.ts';

type Fields = Readonly<Record<string, unknown>>;

const ENDINGS = ['exact', 'accepted', 'done', 'spent', 'interrupted'];
/** A tree is not deeper than this. */
const DEEPEST = 60;

/** The reverse of `JSON.stringify`. Throws FileFormatError. */
export function readSavedFit(text: string): SavedFit {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('search', 'is no JSON');
  }
  const { table, searches, ensembles } = fieldsOf(value, 'search');
  if (typeof table !== 'string') refuse('search.table', 'must be text');
  listOf(searches, 'search.searches').forEach((each, k) => {
    checkSearch(fieldsOf(each, `search.searches[${k}]`), `search.searches[${k}]`);
  });
  if (ensembles !== null) checkEnsembles(fieldsOf(ensembles, 'search.ensembles'));
  return value as SavedFit;
}

function checkSearch({ stage, work, ended, limit, found, beams }: Fields, path: string): void {
  for (const number of [stage, work, limit]) if (!isNumber(number)) refuse(path, 'lacks a number');
  if (!ENDINGS.includes(ended as string)) refuse(`${path}.ended`, `must be one of ${ENDINGS.join(', ')}`);
  for (const each of listOf(found, `${path}.found`)) {
    const { node, error, criterion, cost, how } = fieldsOf(each, `${path}.found`);
    checkNode(node, `${path}.found`);
    if (![error, criterion, cost].every(isNumber) || typeof how !== 'string') {
      refuse(`${path}.found`, 'lacks a number');
    }
  }
  for (const beam of listOf(beams, `${path}.beams`)) {
    const [key, products] = listOf(beam, `${path}.beams`);
    if (typeof key !== 'string') refuse(`${path}.beams`, 'lacks a name');
    for (const each of listOf(products, `${path}.beams`)) {
      const { node, factors } = fieldsOf(each, `${path}.beams`);
      checkNode(node, `${path}.beams`);
      for (const factor of listOf(factors, `${path}.beams`)) {
        checkNode(fieldsOf(factor, `${path}.beams`).node, `${path}.beams`);
      }
    }
  }
}

function checkEnsembles({ complete, plan, seed, candidates, network }: Fields): void {
  const path = 'search.ensembles';
  if (typeof complete !== 'boolean' || typeof plan !== 'string' || !isNumber(seed)) {
    refuse(path, 'lacks complete, plan or seed');
  }
  for (const each of listOf(candidates, path)) {
    const { expression, architecture } = fieldsOf(each, path);
    if (typeof expression !== 'string' || typeof architecture !== 'string')
      refuse(path, 'lacks an expression');
  }
  if (network === null) return;
  const { inRange, outOfRange } = fieldsOf(network, path);
  for (const errors of [inRange, outOfRange]) {
    if (!isNumber(fieldsOf(errors, path).rmsRelativeError)) refuse(path, 'lacks an error of the network');
  }
}

function checkNode(value: unknown, path: string, depth = 0): asserts value is Node {
  if (depth > DEEPEST) refuse(path, 'holds a tree that is too deep');
  const node = fieldsOf(value, path);
  const wrong = () => refuse(path, `holds a ${JSON.stringify(node.kind)} that is none`);
  switch (node.kind) {
    case 'number':
      if (!isNumber(node.value) || typeof node.fixed !== 'boolean') wrong();
      return;
    case 'monomial': {
      const [exponents, fixed] = [listOf(node.exponents, path), listOf(node.fixed, path)];
      if (exponents.length !== fixed.length || !exponents.every(isNumber)) wrong();
      return;
    }
    case 'sum':
    case 'product':
      if (listOf(node.parts, path).length === 0) wrong();
      for (const part of listOf(node.parts, path)) checkNode(part, path, depth + 1);
      return;
    case 'power':
      if (!isNumber(node.exponent) || typeof node.fixed !== 'boolean') wrong();
      checkNode(node.base, path, depth + 1);
      return;
    case 'call':
      if (!Object.hasOwn(functions, node.name as FunctionName)) wrong();
      checkNode(node.of, path, depth + 1);
      return;
    default:
      wrong();
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const listOf = (value: unknown, path: string): readonly unknown[] =>
  Array.isArray(value) ? value : refuse(path, 'must be a list');

const fieldsOf = (value: unknown, path: string): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : refuse(path, 'must be an object');

function refuse(path: string, message: string): never {
  throw new FileFormatError('model', { path }, message);
}
