import { describe, expect, it } from 'vitest';
import { BrowserError, OptionError } from '../../src/errors.ts';
import { type ChromeSearch, findChrome } from '../../src/node/chrome.ts';

/** A machine that holds the given files and browsers. */
function machine(files: string[], places: Partial<ChromeSearch> = {}): ChromeSearch {
  return {
    env: { PATH: '/usr/bin:/usr/local/bin' },
    platform: 'linux',
    exists: async (path) => files.includes(path),
    puppeteer: async () => undefined,
    npm: async () => undefined,
    ...places,
  };
}
const everywhere = {
  puppeteer: async () => '/cache/puppeteer/chrome',
  npm: async () => '/cache/nalu-webgpu/chromium-1/chromium',
};

describe('findChrome', () => {
  it('takes what PUPPETEER_EXECUTABLE_PATH names before all else', async () => {
    const env = { PATH: '/usr/bin', PUPPETEER_EXECUTABLE_PATH: '/my/chrome' };
    const found = await findChrome(machine(['/my/chrome', '/usr/bin/chromium'], { ...everywhere, env }));
    expect(found).toMatchObject({
      executablePath: '/my/chrome',
      source: 'PUPPETEER_EXECUTABLE_PATH',
      env: {},
    });
  });

  it('rejects a PUPPETEER_EXECUTABLE_PATH that does not exist, rather than taking another', async () => {
    const env = { PUPPETEER_EXECUTABLE_PATH: '/my/chrome' };
    const search = findChrome(machine([], { ...everywhere, env }));
    await expect(search).rejects.toThrow(BrowserError);
    await expect(search).rejects.toThrow('/my/chrome, which does not exist');
  });

  it('prefers an installed browser, Chrome before Chromium before Edge', async () => {
    const paths = ['/usr/local/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/microsoft-edge'];
    for (const path of paths) {
      const rest = paths.slice(paths.indexOf(path));
      expect(await findChrome(machine(rest, everywhere))).toMatchObject({
        executablePath: path,
        source: 'installed',
      });
    }
  });

  it('knows the usual places of macOS and Windows', async () => {
    const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(await findChrome(machine([mac], { platform: 'darwin' }))).toMatchObject({ executablePath: mac });
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    const env = { PROGRAMFILES: 'C:\\Program Files', 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' };
    expect(await findChrome(machine([edge], { platform: 'win32', env }))).toMatchObject({
      executablePath: edge,
    });
  });

  it("then takes Puppeteer's own, then the one of the npm package with what that one needs", async () => {
    expect(await findChrome(machine([], everywhere))).toMatchObject({ source: 'puppeteer' });
    const packaged = await findChrome(machine([], { npm: everywhere.npm }));
    expect(packaged.source).toBe('npm');
    expect(packaged.args).toContain('--no-sandbox');
    expect(packaged.env).toEqual({
      LD_LIBRARY_PATH: '/cache/nalu-webgpu/chromium-1/lib',
      FONTCONFIG_FILE: '/cache/nalu-webgpu/chromium-1/fonts.conf',
    });
  });

  it('takes the npm package at once with NALU_CHROME=npm', async () => {
    const env = { PATH: '/usr/bin', PUPPETEER_EXECUTABLE_PATH: '/my/chrome', NALU_CHROME: 'npm' };
    const found = await findChrome(machine(['/my/chrome', '/usr/bin/chromium'], { ...everywhere, env }));
    expect(found.source).toBe('npm');
    await expect(findChrome(machine([], { env: { NALU_CHROME: 'firefox' } }))).rejects.toThrow(OptionError);
  });

  it('names every fix when there is no browser', async () => {
    const search = findChrome(machine([]));
    await expect(search).rejects.toThrow(BrowserError);
    await expect(search).rejects.toThrow(/install Chrome.*puppeteer browsers install.*@sparticuz\/chromium/);
  });
});
