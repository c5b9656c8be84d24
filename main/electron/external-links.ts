/** @file Which addresses the window may hand to the user's browser. */

/** Where the papers, lectures and documents that Genoise names are. */
export const externalHosts: readonly string[] = ['arxiv.org', 'doi.org', 'jmlr.org', 'proceedings.mlr.press', 'openreview.net', 'papers.nips.cc', 'onnxruntime.ai', 'onnx.ai'];

/** https on the default port of a listed host, without credentials. */
export function mayOpenOutside(address: string): boolean {
  const url = URL.parse(address);
  if (!url || url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return false;
  return externalHosts.some((host) => url.hostname === host || url.hostname === `www.${host}`);
}
