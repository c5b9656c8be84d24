/** @file Reports: nothing from outside, nothing of a user's text run as markup, all words in both languages. */

import { describe, expect, it } from 'vitest';
import { runStatus } from '../../preload/contract/runs';
import { translate, type Language } from '../lab/words';
import { htmlReport, type Report, type RunReport } from './report';

const wording = (language: Language) => ({ language, say: (key: string, params?: Record<string, string | number>) => translate(`exports:${key}`, language, params) });
const hostile = `</script></style></title><script>alert(1)</script><img src=x onerror="alert(2)">'"&`;
const pixel = { bytes: Uint8Array.of(1, 2, 3, 250), type: 'image/png' as const };

function run(text: string): RunReport {
  return {
    run: {
      name: text,
      method: 'vae',
      config: {},
      dataset: { name: text, hash: 'ab'.repeat(32) },
      view: {},
      seed: 7,
      device: text,
      versions: { genoise: '0.1.0', onnxruntime: '1.30.0', node: '24.0.0' },
      createdAt: '2026-03-01T10:20:30.000Z',
      status: 'completed',
      steps: 12345,
      seconds: 172.3,
      parameters: 98765,
      parent: { run: text, step: 500 },
    },
    method: { title: text, summary: text, paper: `Kingma & Welling 2013, https://arxiv.org/abs/1312.6114. ${text}` },
    dataset: { count: 70000, labels: 10, splits: { train: 60000, test: 10000 } },
    images: { height: 28, width: 28, channels: 1 },
    settings: [{ label: text, help: text, value: text, isDefault: false }, { label: 'b', help: 'h', value: 0.0003, isDefault: true }, { label: 'c', help: 'h', value: true, isDefault: true }],
    figures: [{ title: text, how: text, media: [pixel], pixelated: true }],
    measures: [{ label: text, value: 98.23456, unit: text, how: text }],
    curves: [{ title: text, how: text, yLabel: text, series: [{ name: text, x: [1, 2], y: [3, 4] }, { name: 'b', x: [1, 2], y: [4, 3] }] }],
    fallback: { asked: text, reason: text },
    failure: { message: text, hint: text },
  };
}
const report = (text: string, runs = [run(text)]): Report => ({ title: text, lead: text, runs, madeAt: '2026-03-02T00:00:00Z', version: '0.1.0' });

describe('htmlReport', () => {
  it('has no script, no handler and no markup out of any text', () => {
    const page = htmlReport(report(hostile, [run(hostile), run(hostile)]), wording('en'));
    const tags = new Set([...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name.toLowerCase()));
    for (const banned of ['script', 'iframe', 'object', 'link', 'base', 'form']) expect(tags).not.toContain(banned);
    // Every img is a picture of ours, with its bytes inside.
    const images = [...page.matchAll(/<img[^>]*>/g)].map(([tag]) => tag);
    expect(images).toHaveLength(2);
    for (const tag of images) expect(tag).toMatch(/ src="data:image\/png;base64,AQID\+g==">$/);
    // Attributes end where we end them: outside of tags' quoted values no handler stands.
    expect(page.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+=/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('fetches nothing: the only addresses are links, and the page itself forbids the rest', () => {
    const page = htmlReport(report('run'), wording('en'));
    expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
    expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address).sort()).toEqual(['data:image/png;base64,AQID+g==', 'https://arxiv.org/abs/1312.6114']);
    expect(page).not.toMatch(/url\(|@import/);
  });

  it('says seed, steps, time, measures and settings as the language writes them', () => {
    const text = (language: Language) => htmlReport(report('run'), wording(language)).replace(/<style>[^]*<\/style>|<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    for (const words of ['12,345', '2 min 52 s', '98,765', '98.23', '3 × 10⁻⁴', 'yes', 'changed from the default', '70,000 images of 28 × 28, grey', 'run at step 500', 'March']) expect(text('en')).toContain(words);
    for (const words of ['12 345', '98,23', 'oui', 'différent de la valeur par défaut', '70 000 images de 28 × 28, en gris', 'run au pas 500', '1 mars 2026']) expect(text('fr')).toContain(words);
  });

  it('has a word for every status', () => {
    for (const language of ['en', 'fr'] as const) {
      for (const status of runStatus.options) expect(() => htmlReport(report('r', [{ ...run('r'), run: { ...run('r').run, status } }]), wording(language))).not.toThrow();
    }
  });

  it('leaves out sections that have nothing', () => {
    const bare: RunReport = { ...run('r'), figures: [], measures: [], curves: [], settings: [] };
    const page = htmlReport(report('r', [bare]), wording('en'));
    for (const title of ['What it learnt', 'Measured', 'How it learnt', 'Settings']) expect(page).not.toContain(`<h3>${title}`);
    expect(page).toContain('<h3>Where this comes from');
  });

  it('is the same page for the same report', () => {
    expect(htmlReport(report('r'), wording('fr'))).toBe(htmlReport(report('r'), wording('fr')));
  });
});
