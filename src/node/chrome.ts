/** A headless browser with WebGPU: which one, started how. */

import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser } from 'puppeteer';
import { BrowserError, NoAdapterError, OptionError } from '../errors.ts';
import { makeProfile } from './chrome-guard.ts';
import { installCommand } from './chromium-package.ts';
import { type AdapterChoice, adapterWanted } from './environment.ts';
import { exists, unpack } from './unpack.ts';

export interface FoundChrome {
  executablePath: string;
  /** What this browser needs on its command line, whatever it is used for. */
  args: string[];
  /** Environment variables it needs beside the process's own. */
  env: Record<string, string>;
  /** Where it was found, for people. */
  source: 'PUPPETEER_EXECUTABLE_PATH' | 'installed' | 'puppeteer' | 'npm';
}

/** What `findChrome` looks at; tests give their own. */
export interface ChromeSearch {
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  exists(path: string): Promise<boolean>;
  /** The browser in Puppeteer's own cache. */
  puppeteer(): Promise<string | undefined>;
  /** The browser of the npm package `@sparticuz/chromium`, unpacked. */
  npm(): Promise<string | undefined>;
}

export interface LaunchOptions {
  /** Default: the environment variable `NALU_ADAPTER`, or `'default'`. */
  adapter?: AdapterChoice;
  /** More arguments for the browser's command line. Default: none. */
  args?: readonly string[];
  /**
   * Whether SIGINT and SIGTERM kill the browser and end the process. Default: true. With false, who listens to them
   * closes the browser.
   */
  handleSignals?: boolean;
}

export interface LaunchedChrome {
  browser: Browser;
  /** Name and version, for example `Chrome/147.0.7727.0`. */
  version: string;
  source: FoundChrome['source'];
  /** The WebGPU adapter's own description. */
  adapter: string;
  /** True when the adapter runs on the CPU. */
  software: boolean;
}

const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

const machine: ChromeSearch = {
  env: process.env,
  platform: process.platform,
  exists,
  async puppeteer() {
    const puppeteer = await importPuppeteer();
    try {
      const path = await puppeteer.executablePath();
      return (await exists(path)) ? path : undefined;
    } catch {
      return undefined; // it throws where its cache holds no browser
    }
  },
  async npm() {
    const archives = ['chromium.br', 'swiftshader.tar.br', 'fonts.tar.br', 'al2023.tar.br'];
    const directory = await unpack('chromium', archives, { 'fonts.conf': fontConfiguration });
    return directory && join(directory, 'chromium');
  },
};

/**
 * Looks for a browser: `PUPPETEER_EXECUTABLE_PATH`, an installed Chrome, Chromium or Edge, Puppeteer's cache, then the
 * one in `@sparticuz/chromium`. `NALU_CHROME=npm` takes the last one at once. Rejects with BrowserError.
 */
export async function findChrome(search: ChromeSearch = machine): Promise<FoundChrome> {
  const { env, platform } = search;
  const requested = env.NALU_CHROME;
  if (requested && requested !== 'npm') {
    throw new OptionError(`environment variable NALU_CHROME is '${requested}': it must be 'npm', or not set`);
  }
  // Chrome's sandbox refuses to run as root, and CI containers seldom allow the name spaces it is made of.
  const args = env.CI || process.getuid?.() === 0 ? ['--no-sandbox'] : [];

  if (!requested) {
    const named = env.PUPPETEER_EXECUTABLE_PATH;
    if (named) {
      if (await search.exists(named)) {
        return { executablePath: named, args, env: {}, source: 'PUPPETEER_EXECUTABLE_PATH' };
      }
      throw new BrowserError(
        `PUPPETEER_EXECUTABLE_PATH names ${named}, which does not exist: correct it or unset it`,
      );
    }
    for (const executablePath of installedPaths(env, platform)) {
      if (await search.exists(executablePath)) return { executablePath, args, env: {}, source: 'installed' };
    }
    const cached = await search.puppeteer();
    if (cached) return { executablePath: cached, args, env: {}, source: 'puppeteer' };
  }

  const packaged = await search.npm();
  if (packaged) {
    const directory = join(packaged, '..');
    return {
      executablePath: packaged,
      // It comes without Chrome's set-uid helper, and several distributions forbid the name spaces it could use instead.
      args: ['--no-sandbox'],
      env: {
        LD_LIBRARY_PATH: [join(directory, 'lib'), env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
        FONTCONFIG_FILE: env.FONTCONFIG_FILE ?? join(directory, 'fonts.conf'),
      },
      source: 'npm',
    };
  }
  const fixes = ['install Chrome', 'run `npx puppeteer browsers install chrome`'];
  if (platform === 'linux') fixes.push(`run \`${installCommand}\` (Linux x64)`);
  throw new BrowserError(
    `no Chrome, Chromium or Edge was found${requested ? ' in the npm package that NALU_CHROME=npm asks for' : ''}: ` +
      `${fixes.join(', or ')}, or set PUPPETEER_EXECUTABLE_PATH`,
  );
}

/** Every place where an installer of a stable browser puts it, in order of preference. */
function installedPaths(env: ChromeSearch['env'], platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') {
    const names = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
    return ['', env.HOME ?? homedir()].flatMap((root) =>
      names.map((name) => `${root}/Applications/${name}.app/Contents/MacOS/${name}`),
    );
  }
  if (platform === 'win32') {
    const names = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => !!root);
    return names.flatMap((name) => roots.map((root) => `${root}\\${name}`));
  }
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge'];
  const folders = (env.PATH ?? '').split(':').filter(Boolean);
  const fixed = ['/opt/google/chrome/chrome', '/snap/bin/chromium', '/opt/microsoft/msedge/msedge'];
  return [...names.flatMap((name) => folders.map((folder) => `${folder}/${name}`)), ...fixed];
}

/**
 * Starts the browser headless, with a WebGPU adapter that was asked for and seen: the GPU, or SwiftShader. Rejects with
 * BrowserError when no browser starts and NoAdapterError when it offers no adapter.
 */
export async function launchChrome(options: LaunchOptions = {}): Promise<LaunchedChrome> {
  const requested = adapterWanted(options.adapter);
  // Whoever lacks it may have no browser either, and its installation brings one.
  await importPuppeteer();
  const chrome = await findChrome();
  for (const graphics of requested === 'default' ? [gpuFlags(), softwareFlags] : [softwareFlags]) {
    const browser = await start(chrome, [...graphics, ...(options.args ?? [])], options.handleSignals);
    try {
      const adapter = await firstAdapter(browser);
      if (adapter) return { browser, version: await browser.version(), source: chrome.source, ...adapter };
    } catch (error) {
      await browser.close();
      throw error;
    }
    await browser.close();
  }
  throw new NoAdapterError(
    `${chrome.executablePath} runs, but offers no WebGPU adapter, not even SwiftShader: use a recent Chrome, ` +
      'Chromium or Edge',
  );
}

const softwareFlags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/**
 * The flags Chrome's own guide gives for a GPU in headless mode on Linux: Dawn there needs the Vulkan feature, and a
 * surface, which a machine without a display cannot make, is not needed to compute. Elsewhere WebGPU is simply on.
 * https://developer.chrome.com/blog/supercharge-web-ai-testing
 */
function gpuFlags(): string[] {
  if (process.platform !== 'linux') return ['--enable-unsafe-webgpu'];
  return [
    '--enable-unsafe-webgpu',
    '--enable-features=Vulkan',
    '--use-angle=vulkan',
    '--disable-vulkan-surface',
  ];
}

async function start(chrome: FoundChrome, args: string[], handleSignals = true): Promise<Browser> {
  const puppeteer = await importPuppeteer();
  const profile = await makeProfile().catch((cause: Error) => {
    throw new BrowserError(`the browser's profile cannot be made (${cause.message}): set TMPDIR`, { cause });
  });
  try {
    const browser = await puppeteer.launch({
      executablePath: chrome.executablePath,
      // The one in the npm package is the old headless mode on its own, which `true` means with another binary.
      headless: chrome.source === 'npm' ? 'shell' : true,
      args: [...chrome.args, ...args],
      env: { ...process.env, ...chrome.env },
      userDataDir: profile.folder,
      // The browser ends when the other end of the pipe does: it does not outlive this process.
      pipe: true,
      handleSIGINT: handleSignals,
      handleSIGTERM: handleSignals,
      // A software adapter may keep the page busy for minutes.
      protocolTimeout: 0,
    });
    const child = browser.process();
    if (child?.pid !== undefined) profile.guard(child.pid);
    child?.once('exit', () => void profile.remove());
    return browser;
  } catch (cause) {
    await profile.remove();
    throw new BrowserError(`${chrome.executablePath} did not start: ${(cause as Error).message}`, { cause });
  }
}

/** Asks for an adapter in a page of its own; undefined when there is none. */
async function firstAdapter(browser: Browser): Promise<{ adapter: string; software: boolean } | undefined> {
  const page = await browser.newPage();
  try {
    // WebGPU exists in secure contexts only: an empty page that claims to come from localhost is one.
    await page.setRequestInterception(true);
    page.on('request', (request) => void request.respond({ contentType: 'text/html', body: '' }));
    await page.goto('http://localhost/');
    const asked = page.evaluate(async () => {
      const adapter = await (navigator as { gpu?: GPU }).gpu?.requestAdapter();
      if (!adapter) return undefined;
      const info: Partial<GPUAdapterInfo> = (adapter as { info?: GPUAdapterInfo }).info ?? {};
      const { description, vendor, architecture, device, isFallbackAdapter = false } = info;
      const adapterName = description || [vendor, architecture, device].filter(Boolean).join(' ');
      return {
        adapter: adapterName,
        software: isFallbackAdapter || /swiftshader|llvmpipe/i.test(adapterName),
      };
    });
    // A GPU process that keeps crashing may never answer.
    const patience = new AbortController();
    const silence = setTimeout(60_000, undefined, { signal: patience.signal }).catch(() => undefined);
    return await Promise.race([asked, silence]).finally(() => patience.abort());
  } finally {
    await page.close();
  }
}

async function importPuppeteer() {
  try {
    return (await import('puppeteer')).default;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new BrowserError('headless runs need the package `puppeteer`: run `npm install puppeteer`', {
      cause,
    });
  }
}
