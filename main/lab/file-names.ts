/** @file Names for files that a person will save: they can stand on every system. */

/** Names that Windows takes for devices, whatever their ending. */
const devices = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)/i;
const maxBytes = 120;

/** The name without what some system forbids, its ending kept; 'genoise' where nothing is left. */
export function safeFileName(given: string): string {
  const [, stem, ending] = /^(.*?)(\.[A-Za-z0-9]{1,8})?$/s.exec(given.normalize('NFC')) ?? [];
  const clean = (stem ?? '')
    // Control characters, those that turn the direction of writing, halves of pairs, and what can't stand in a name on Windows.
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*]+/gu, '-')
    .replace(/^[\s.-]+|[\s.-]+$/g, '')
    .replace(devices, '$1-');
  return `${shortened(clean) || 'genoise'}${ending ?? ''}`;
}

/** Whole characters of at most `maxBytes` in all. */
function shortened(text: string): string {
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept.replace(/[\s.]+$/, '');
}
