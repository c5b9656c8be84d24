/** @file Finding by words: parts of words in any order, whatever their case and accents, the best first. */

export interface Findable {
  title: string;
  /** Further words that find it. */
  also?: string;
}

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();

/** How well `one` answers: 0 not at all; each word of the query must be somewhere in it; a start of the title and of a word count more. */
function score(one: Findable, words: readonly string[]): number {
  const title = plain(one.title);
  const all = `${title} ${plain(one.also ?? '')}`;
  let sum = 1;
  for (const word of words) {
    const at = all.indexOf(word);
    if (at < 0) return 0;
    if (title.startsWith(word)) sum += 4;
    else if (new RegExp(`(^|[^\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'u').test(title)) sum += 3;
    else if (title.includes(word)) sum += 1.5;
    else sum += 0.5;
  }
  return sum;
}

/** At most `most` of `all`, the best first, equals in their order. No query: the first ones. */
export function found<One extends Findable>(all: readonly One[], query: string, most: number): One[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return all.slice(0, most);
  return all
    .map((one) => ({ one, points: score(one, words) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .slice(0, most)
    .map(({ one }) => one);
}
