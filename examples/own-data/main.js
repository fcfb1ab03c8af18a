import { readFile } from 'node:fs/promises';
import { requestGpu } from 'nalu-webgpu';
import { fit as findFormula } from 'nalu-webgpu/fit';
import { readTable } from 'nalu-webgpu/io';

// Decimal commas, a currency and a row of units: tables are read as they come.
const table = await readTable(await readFile(new URL('wages.csv', import.meta.url)));
console.log(table.names, table.units, table.notes);

const gpu = await requestGpu();
const result = await findFormula(gpu, table, { target: 'wage', seconds: 60 });
console.log(result.reason);
console.log('wage =', result.best.text);
gpu.dispose();
