/**
 * SwiftShader, a Vulkan driver that runs on the CPU, out of the npm package `@sparticuz/chromium`: what makes WebGPU
 * work in Node and Deno on a Linux machine without any graphics driver.
 */

import { stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { OptionError } from '../errors.ts';
import { exists, unpack } from './unpack.ts';

export interface SwiftShader {
  /** The file that tells a Vulkan loader where the driver is. */
  readonly icd: string;
  /** Holds the driver, the ICD file and a Vulkan loader. */
  readonly directory: string;
}

/**
 * Finds or unpacks SwiftShader; undefined where there is none for this machine. `NALU_SWIFTSHADER_DIR` may name a
 * folder that already holds it.
 */
export async function findSwiftShader(): Promise<SwiftShader | undefined> {
  const named = process.env.NALU_SWIFTSHADER_DIR;
  const directory = named || (await unpack('swiftshader', ['swiftshader.tar.br']));
  if (!directory) return undefined;
  const icd = join(directory, ICD);
  if (!(await exists(icd))) return undefined;
  if (named) await refuseOpen(named);
  return { icd, directory };
}

/** What is loaded of a folder. */
const ICD = 'vk_swiftshader_icd.json';
const LIBRARIES = ['libvk_swiftshader.so', 'libvulkan.so.1'];

/** Throws OptionError where every user of the machine could have put a library of his own there. */
async function refuseOpen(directory: string): Promise<void> {
  for (const path of [directory, ...[ICD, ...LIBRARIES].map((name) => join(directory, name))]) {
    const facts = await stat(path).catch(() => undefined);
    if (facts && process.platform !== 'win32' && facts.mode & 0o002) {
      throw new OptionError(
        `NALU_SWIFTSHADER_DIR: ${path} can be written by everyone: run \`chmod o-w ${path}\``,
      );
    }
  }
}

/** For the environment of another process: makes its Vulkan loader see SwiftShader and nothing else. */
export function swiftShaderEnvironment({ icd, directory }: SwiftShader): Record<string, string> {
  const libraries = [directory, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  // The second name is the one that loaders before 1.3.207 know.
  return { VK_DRIVER_FILES: icd, VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: libraries };
}

/** Loads a Vulkan loader into this process, for good; false where there is no such library. */
export function loadVulkan(path: string): boolean {
  // Node closes a library that is not a Node add-on at once; RTLD_NODELETE (glibc and musl: 0x1000) keeps it in memory.
  const flags = constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | 0x1000;
  try {
    process.dlopen({ exports: {} }, path, flags);
  } catch (error) {
    return String((error as Error).message).includes('did not self-register');
  }
  return true;
}
