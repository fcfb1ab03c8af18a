/** Where bytes are kept by name, and the place that a browser has for them. */

import { createStore, del, get, set, type UseStore } from 'idb-keyval';
import { checkArguments } from '../options/check.ts';
import { text } from '../options/kinds.ts';

/** Where files are kept under names: a folder, or the storage of a browser. */
export interface ByteStore {
  /** What was last written under `name`; undefined if nothing was. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Replaces what is there as a whole, or not at all. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** No error if there is nothing. */
  remove(name: string): Promise<void>;
}

/** A store in IndexedDB, where a page finds it again. In Node: `folderStore` of nalu-webgpu. */
export function browserStore(database = 'nalu-webgpu'): ByteStore {
  checkArguments('browserStore()', { database }, { database: text });
  let opened: UseStore | undefined;
  const store = (): UseStore => {
    opened ??= createStore(database, 'files');
    return opened;
  };
  return {
    read: (name) => get<Uint8Array>(name, store()),
    write: (name, bytes) => set(name, bytes, store()),
    remove: (name) => del(name, store()),
  };
}
