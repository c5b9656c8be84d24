/** @file Text as outlines: widths, cutting, escaping, and the same pixels on a machine without fonts. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import { escapeXml, fitText, textSvg, textWidth, wrapText } from './typeface';

describe('widths', () => {
  it("are the font's advances: of Inter's 2,048 units an em, H takes 1,522", () => {
    expect(textWidth('H', 2048)).toBe(1522);
    expect(textWidth('HH', 1024)).toBe(1522);
    expect(textWidth('', 12)).toBe(0);
  });
  it('know accents, Greek, Cyrillic and Polish without the fallback, which takes a whole em', () => {
    for (const char of 'éœßβЖł−×…') {
      const width = textWidth(char, 100);
      expect(width).toBeGreaterThan(20);
      expect(width).not.toBe(100);
    }
    expect(textWidth('中文', 100)).toBe(200);
    expect(textWidth('\u{1f469}\u200d\u{1f52c}', 100)).toBe(100);
    expect(textWidth('x\u2080', 100)).toBeCloseTo(textWidth('x', 100) + textWidth('0', 65), 9);
  });
});

describe('fitText and wrapText', () => {
  it('cut at the width, and not a letter sooner', () => {
    const width = textWidth('Débruit…', 13);
    expect(fitText('Débruitage', 13, width)).toBe('Débruit…');
    expect(fitText('Débruitage', 13, width - 0.1)).toBe('Débrui…');
    expect(fitText('Débruitage', 13, 200)).toBe('Débruitage');
    expect(fitText('WWW', 13, 2)).toBe('');
  });
  it('break at spaces', () => {
    const lines = wrapText('neighbours on the map are neighbours in the space', 12, 120);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(120);
    expect(lines.join(' ')).toBe('neighbours on the map are neighbours in the space');
  });
});

describe('outlines', () => {
  it('have as many numbers as their commands need, wherever a coordinate rounds to nought', () => {
    for (let n = 0; n < 400; n++) {
      const svg = textSvg('80', { x: 0, y: 0, size: 12 + n / 100, fill: '#000', anchor: 'middle' });
      const path = / d="([^"]*)"/.exec(svg)?.[1] ?? '';
      for (const [, command, numbers] of path.matchAll(/([A-Z])([^A-Z]*)/g)) {
        expect(numbers.split(' ').filter(Boolean)).toHaveLength({ M: 2, L: 2, Q: 4, C: 6, Z: 0 }[command] ?? -1);
        for (const text of numbers.split(' ').filter(Boolean)) expect(Number(text)).not.toBeNaN();
      }
    }
  });
});

describe('escaping', () => {
  it('leaves no markup, no broken character and nothing that XML forbids', () => {
    const halfCharacter = String.fromCharCode(0xd800);
    expect(escapeXml(`<b a="1">'&\u0000${halfCharacter}\u{1f370}`)).toBe('&lt;b a=&quot;1&quot;&gt;&#39;&amp;\ufffd\ufffd\u{1f370}');
    expect(textSvg('<script>', { x: 0, y: 0, size: 10, fill: '#000' })).not.toContain('<script>');
    expect(textSvg('中<script>文', { x: 0, y: 0, size: 10, fill: '#000' })).not.toContain('<script>');
  });
});

describe('without system fonts', () => {
  let bundle: Awaited<ReturnType<typeof bundleEntries<'drawText'>>>;
  beforeAll(async () => {
    bundle = await bundleEntries({ drawText: 'main/exports/fixtures/draw-text.ts' });
  });
  afterAll(() => bundle?.remove());

  it('draws the same pixels', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fonts-'));
    const empty = join(folder, 'fonts.conf');
    writeFileSync(empty, '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><cachedir>/nonexistent</cachedir></fontconfig>');
    const draw = (env: Record<string, string>) => execFileSync(process.execPath, [bundle.paths.drawText], { env: { ...process.env, ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const bare = JSON.parse(draw({ FONTCONFIG_FILE: empty, FONTCONFIG_PATH: folder })) as { covered: string; ink: number; foreign: string };
    const rich = JSON.parse(draw({})) as { covered: string; ink: number; foreign: string };
    expect(bare.ink).toBeGreaterThan(500);
    expect(bare.covered).toBe(rich.covered);
  });
});
