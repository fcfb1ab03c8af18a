/** A service worker keeps the page, so that it opens without a network after the first visit. */

export function keepOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // It fetches every file of the page: that can wait until this one is there.
  addEventListener('load', () => {
    navigator.serviceWorker.register('./sw.js').catch(() => {
      // Private windows and some settings forbid it; the page then needs the network, as any other.
    });
  });
}
