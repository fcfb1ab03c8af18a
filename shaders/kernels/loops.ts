/**
 * Text for small fixed-size loops, either written out or as WGSL loops over arrays. Written out, every value is a
 * variable of its own that the compiler keeps in a register; as a loop, the text stays small for wide layers.
 */

/** Indices are WGSL expressions: literals when written out, loop variables otherwise. */
export interface Loops {
  /** Declares `count` mutable values of `type`, all zero. */
  declare(name: string, type: string, count: number): string;
  /** The value `index` of those declared as `name`. */
  at(name: string, index: string): string;
  /** Statements for every index below `count`. */
  each(count: number, body: (index: string) => string): string;
  /** The index `i · width + o`. */
  flat(i: string, width: number, o: string): string;
  /** An index as a u32 expression. */
  u32(index: string): string;
}

export const writtenOut: Loops = {
  declare: (name, type, count) => repeat(count, (index) => `var ${name}_${index} = ${type}();`),
  at: (name, index) => `${name}_${index}`,
  each: (count, body) => repeat(count, (index) => body(String(index))),
  flat: (i, width, o) => String(Number(i) * width + Number(o)),
  u32: (index) => `${index}u`,
};

/** Loop variables are named by depth, so loops may be nested. */
export function looped(): Loops {
  let depth = 0;
  return {
    // The initial value is spelt out: Dawn over Vulkan was seen to clear `var a: array<…>;` in a loop only once.
    declare: (name, type, count) => `var ${name} = array<${type}, ${count}>();`,
    at: (name, index) => `${name}[${index}]`,
    each(count, body) {
      const index = `n${depth++}`;
      const text = `for (var ${index} = 0u; ${index} < ${count}u; ${index}++) {\n${body(index)}\n}`;
      depth--;
      return text;
    },
    flat: (i, width, o) => `${i} * ${width}u + ${o}`,
    u32: (index) => `(${index})`,
  };
}

const repeat = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join('\n');
