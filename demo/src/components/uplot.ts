/**
 * Loads uPlot. It formats numbers in the browser's language and does not load where that is none that `Intl` knows:
 * Chromium in the POSIX locale calls it `en-US@posix`.
 */
export function loadPlot() {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
  return import('uplot');
}
