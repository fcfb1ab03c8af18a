/** Numbers of 16 bits as float32, exactly: IEEE 754 binary16, and bfloat16, which is the upper half of a float32. */

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The value of the binary16 number with these bits. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The value of the bfloat16 number with these bits. */
export function fromBfloat(bits: number): number {
  word[0] = bits << 16;
  return float[0] as number;
}
