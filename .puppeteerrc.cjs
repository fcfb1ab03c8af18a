/** Chrome is looked up when it is needed (see src/node/chrome.ts), never downloaded by `npm install`. */
module.exports = { skipDownload: true };
