import { createModel, requestGpu } from 'nalu-webgpu';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const x = Array.from({ length: 200 }, (_, i) => [1 + (i % 14) / 14, 1 + (i % 15) / 15]);
const y = x.map(([a, b]) => [a * b]);

/** Trains for as long as the component is there: unmounting ends the training and frees the device. */
function useTraining(description) {
  const [state, setState] = useState({});
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const train = async () => {
      const gpu = await requestGpu();
      try {
        const model = createModel(gpu, description);
        const onProgress = ({ step, loss }) => signal.aborted || setState({ step, loss });
        await model.train({ x, y, steps: 1000, learningRate: 0.01, signal, onProgress });
        const [product] = await model.predict([[12, 34]]);
        if (!signal.aborted) setState((before) => ({ ...before, product }));
      } finally {
        gpu.dispose();
      }
    };
    train().catch((error) => signal.aborted || setState({ error: error.message }));
    return () => controller.abort();
  }, [description]);
  return state;
}

// Made once: a new object in every render would begin anew each time.
const description = { inputs: 2, layers: [{ unit: 'NMU', outputs: 1 }], seed: 1 };

function App() {
  const { step, loss, product, error } = useTraining(description);
  if (error) return <p role="alert">{error}</p>;
  return (
    <>
      <p>
        Step {step}, loss {loss}
      </p>
      <p>
        12 · 34 = <output id="product">{product ?? '–'}</output>
      </p>
    </>
  );
}

// StrictMode mounts twice in development: the first training ends as the second begins.
createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
