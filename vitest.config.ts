import { defineConfig } from 'vitest/config';
import { puppeteerProvider } from './test/support/puppeteer-provider.ts';

/** Time limits only end what hangs: a software adapter is slow, and many times slower on a busy machine. */
const minutes = 60_000;
const results = process.env.NALU_TEST_RESULTS;

export default defineConfig({
  test: {
    // One project after the other. No test hangs on how fast the machine is, so files may run side by side.
    reporters: results ? ['default', ['json', { outputFile: `${results}/vitest.json` }]] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Tests name units, wherever they enter the package.
          setupFiles: ['src/units/registry.ts'],
          testTimeout: 5 * minutes,
          // Files share the modules of their process, which take longer to load than most of them to run.
          isolate: false,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Found late, a dependency would make Vite reload the page in the middle of a test.
        optimizeDeps: {
          include: [
            'wgsl-preprocessor/wgsl-preprocessor.js',
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-core/dist/register_all_gradients.js',
            '@tensorflow/tfjs-layers',
            '@tensorflow/tfjs-backend-webgpu',
            'onnxruntime-web/webgpu',
            'pbf',
          ],
        },
        test: {
          name: 'chrome',
          include: ['test/chrome/**/*.test.ts'],
          setupFiles: ['src/units/registry.ts'],
          testTimeout: 10 * minutes,
          hookTimeout: 10 * minutes,
          sequence: { groupOrder: 1 },
          // Two tabs: while one waits for its GPU process to compile, the other computes what is right.
          maxWorkers: 2,
          browser: {
            enabled: true,
            headless: true,
            ui: false,
            screenshotFailures: false,
            provider: puppeteerProvider,
            instances: [{ browser: 'chrome' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 15 * minutes,
          hookTimeout: 15 * minutes,
          // Two more than two cores: browsers and commands wait half of the time.
          maxWorkers: 4,
          sequence: { groupOrder: 2 },
          globalSetup: ['test/support/build.ts'],
        },
      },
    ],
  },
});
