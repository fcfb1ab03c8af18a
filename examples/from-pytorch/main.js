import { readFile } from 'node:fs/promises';
import { createModel, requestGpu } from 'nalu-webgpu';
import { importParameters, readSafetensors } from 'nalu-webgpu/io';

// In Python: safetensors.torch.save_file(model.state_dict(), 'nalu.safetensors')
const { tensors } = readSafetensors(await readFile(process.argv[2]));
for (const [name, { dtype, shape }] of tensors) console.log(name, dtype, shape);

const description = { inputs: 2, layers: [{ unit: 'NALU', outputs: 1, options: { epsilon: 1e-7 } }] };
const parameters = importParameters(description, tensors, {
  // Names of the state dict to layers.K.PARAMETER; undefined for what the model does not need.
  rename: (name) => {
    const [, parameter] = /^layer\.(?:nac_add\.)?(W_hat|M_hat|G)$/.exec(name) ?? [];
    return parameter && `layers.0.${parameter}`;
  },
  // PyTorch's matrices are [outputs, inputs].
  transpose: true,
});

const gpu = await requestGpu();
const model = createModel(gpu, description);
model.setParameters(parameters);
console.log('prediction', await model.predict([[3, 4]]));
gpu.dispose();
