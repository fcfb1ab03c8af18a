/** ONNX as protocol buffers: the messages of onnx.proto that a model of arithmetic needs, field by field. */

import { PbfWriter } from 'pbf';

export type OnnxTensor =
  | { readonly name: string; readonly shape: readonly number[]; readonly floats: Float32Array }
  | { readonly name: string; readonly shape: readonly number[]; readonly integers: readonly number[] };

export interface OnnxNode {
  /** A standard operator. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A matrix of float32 [rows, columns] that goes in or comes out; the number of rows is left open. */
export interface OnnxMatrix {
  readonly name: string;
  readonly columns: number;
}

export interface OnnxModel {
  readonly name: string;
  readonly description: string;
  readonly opset: number;
  readonly irVersion: number;
  readonly input: OnnxMatrix;
  readonly output: OnnxMatrix;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

const FLOAT = 1;
const INT64 = 7;
/** AttributeProto.AttributeType. */
const ATTRIBUTE = { integer: 2, integers: 7 };

/** ModelProto. */
export function writeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, model.irVersion);
  pbf.writeStringField(2, 'nalu-webgpu');
  pbf.writeStringField(6, model.description);
  pbf.writeMessage(7, writeGraph, model);
  pbf.writeMessage(
    8,
    (version, message) => {
      message.writeStringField(1, '');
      message.writeVarintField(2, version);
    },
    model.opset,
  );
  for (const entry of Object.entries(model.metadata)) {
    pbf.writeMessage(
      14,
      ([key, value], message) => {
        message.writeStringField(1, key);
        message.writeStringField(2, value);
      },
      entry,
    );
  }
  return Uint8Array.from(pbf.finish());
}

/** GraphProto. */
function writeGraph({ name, nodes, tensors, input, output }: OnnxModel, pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, name);
  for (const tensor of tensors) pbf.writeMessage(5, writeTensor, tensor);
  pbf.writeMessage(11, writeMatrix, input);
  pbf.writeMessage(12, writeMatrix, output);
}

/** NodeProto; a node is called as what it computes. */
function writeNode({ operator, inputs, output, attributes = {} }: OnnxNode, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  pbf.writeStringField(2, output);
  pbf.writeStringField(3, output);
  pbf.writeStringField(4, operator);
  for (const attribute of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, attribute);
}

/** AttributeProto. */
function writeAttribute([name, value]: [string, number | readonly number[]], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, ATTRIBUTE.integer);
    return;
  }
  for (const integer of value) pbf.writeVarintField(8, integer);
  pbf.writeVarintField(20, ATTRIBUTE.integers);
}

/** TensorProto, its values as bytes. */
function writeTensor(tensor: OnnxTensor, pbf: PbfWriter): void {
  for (const size of tensor.shape) pbf.writeVarintField(1, size);
  const data =
    'floats' in tensor ? tensor.floats : BigInt64Array.from(tensor.integers, (value) => BigInt(value));
  pbf.writeVarintField(2, 'floats' in tensor ? FLOAT : INT64);
  pbf.writeStringField(8, tensor.name);
  pbf.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** ValueInfoProto of a tensor of float32 [rows, columns]. */
function writeMatrix({ name, columns }: OnnxMatrix, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, writeType, columns);
}

const writeType = (columns: number, type: PbfWriter): void => type.writeMessage(1, writeTensorType, columns);

function writeTensorType(columns: number, tensor: PbfWriter): void {
  tensor.writeVarintField(1, FLOAT);
  tensor.writeMessage(2, writeShape, columns);
}

function writeShape(columns: number, shape: PbfWriter): void {
  shape.writeMessage(1, (_, dimension) => dimension.writeStringField(2, 'rows'), columns);
  shape.writeMessage(1, (size, dimension) => dimension.writeVarintField(1, size), columns);
}
