/** @file Pictures of every panel, to be looked at: empty, used, busy and failed; dark and light, English and French, in two sizes.
 *
 * `node bench/run.mjs screens OUTDIR [--home FOLDER] [--looks dark-en-1280,light-fr-1920] [SCENE...]` (needs a Chromium and `npm run build`).
 * A word that is part of a scene's name chooses it. FOLDER keeps the homes for the next time. A look's pictures lie in a folder of its own, with sheets of six. */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import sharp from 'sharp';
import { chromiumPath } from '../e2e/harness/browser';
import { homeNames, makeHomes, type HomeName, type Homes } from './screens/homes';
import { scenes, training, type Scene } from './screens/scenes';
import { wordsOf, type Language } from './screens/words';

const root = process.cwd();
const heights: Record<number, number> = { 1280: 800, 1920: 1080 };

interface Look {
  name: string;
  theme: 'dark' | 'light';
  language: Language;
  width: number;
}

const looks: Look[] = (['dark', 'light'] as const).flatMap((theme) =>
  (['en', 'fr'] as const).flatMap((language) => Object.keys(heights).map((width) => ({ name: `${theme}-${language}-${width}`, theme, language, width: Number(width) }))),
);

interface Served {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

async function serve(home: string): Promise<Served> {
  const child = spawn(process.execPath, [resolve(root, 'bin/genoise.mjs'), 'serve', '--port', '0', '--json', '--home', home], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const url = await new Promise<string>((done, fail) => {
    child.once('close', (code) => fail(new Error(`genoise serve ended with ${code}`)));
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('\n')) done((JSON.parse(text.slice(0, text.indexOf('\n'))) as { url: string }).url);
    });
  });
  const stop = (): Promise<void> =>
    new Promise((done) => {
      if (child.exitCode !== null) return done();
      child.once('close', () => done());
      child.kill('SIGINT');
    });
  return { url, pid: child.pid ?? 0, stop };
}

/** The server's own processes of an entry. */
function childrenOf(pid: number, entry: string): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, id, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === pid && args.includes(entry) ? [Number(id)] : [];
  });
}

/** What the dock keeps for panels side by side, each a tab group of its own. */
function layoutOf({ panels = [] }: Scene, width: number): string | undefined {
  if (panels.length === 0) return undefined;
  const ids = panels.map((_, n) => `panel-${n + 1}`);
  const dock = {
    grid: {
      root: { type: 'branch', data: ids.map((id, n) => ({ type: 'leaf', data: { views: [id], activeView: id, id: String(n + 1) }, size: width / ids.length })), size: 700 },
      width,
      height: 700,
      orientation: 'HORIZONTAL',
    },
    panels: Object.fromEntries(panels.map(([panel, spec = {}, state = {}], n) => [ids[n], { id: ids[n], contentComponent: 'panel', tabComponent: 'panel', params: { panel, spec, state } }])),
    activeGroup: '1',
  };
  return JSON.stringify({ format: 1, dock, named: [] });
}

function arrange(home: string, layout: string | undefined): void {
  const file = join(home, 'layout.json');
  if (layout === undefined) rmSync(file, { force: true });
  else writeFileSync(file, layout);
}

/** Takes one look at all scenes. -> what failed */
async function take(browser: Browser, look: Look, wanted: readonly Scene[], homes: Homes, servers: Map<HomeName, Served>, outDir: string): Promise<string[]> {
  const folder = join(outDir, look.name);
  mkdirSync(folder, { recursive: true });
  const complaints: string[] = [];
  const say = wordsOf(root, look.language);
  const complain = (scene: Scene, caught: unknown): void => void complaints.push(`${look.name} ${scene.name}: ${(caught as Error).message.split('\n')[0]}`);
  for (const scene of wanted) {
    const served = servers.get(scene.home) ?? (await serve(homes.paths[scene.home]));
    servers.set(scene.home, served);
    arrange(homes.paths[scene.home], layoutOf(scene, look.width));
    const context = await browser.newContext({ viewport: { width: look.width, height: heights[look.width] }, locale: look.language === 'fr' ? 'fr-FR' : 'en-GB', colorScheme: look.theme, reducedMotion: 'reduce' });
    const page: Page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(`${look.name} ${scene.name}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${look.name} ${scene.name}: ${message.text()}`);
    });
    const lines: { close(): Promise<void> }[] = [];
    let cut = false;
    await page.routeWebSocket(/.*/, (socket) => {
      if (cut) return void socket.close();
      const server = socket.connectToServer();
      // A layout that is kept late would be the next scene's.
      socket.onMessage((message) => void (String(message).includes('"call":"app.saveLayout"') || server.send(message)));
      lines.push(socket);
    });
    const stage = {
      page,
      say,
      homes,
      killInference: () => childrenOf(served.pid, 'inference').forEach((id) => process.kill(id, 'SIGKILL')),
      async cutLine() {
        cut = true;
        await Promise.all(lines.map((line) => line.close()));
      },
    };
    try {
      await page.goto(served.url);
      await page.locator('[data-panel] > :not(h2)').first().waitFor({ timeout: 30_000 });
      await page.waitForTimeout(700);
      await scene.act?.(stage);
      await page.waitForTimeout(500);
    } catch (caught) {
      complain(scene, caught);
    }
    try {
      await page.screenshot({ path: join(folder, `${scene.name}.png`) });
      const overflow = await page.evaluate(overflowing);
      complaints.push(...overflow.map((text) => `${look.name} ${scene.name}: ${text}`));
      await scene.after?.(stage);
    } catch (caught) {
      complain(scene, caught);
    }
    await context.close();
  }
  await sheets(folder, wanted.map(({ name }) => name));
  return complaints;
}

/** In the page: texts that are cut without an ellipsis, and what sticks out of the window. */
function overflowing(): string[] {
  const found: string[] = [];
  if (document.documentElement.scrollWidth > window.innerWidth) found.push('the page is wider than the window');
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    const style = getComputedStyle(element);
    const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    if (!text || style.visibility === 'hidden' || element.closest('[aria-hidden=true]') || element.closest('.katex')) continue;
    const { width, height } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1) continue;
    const cuts = style.overflowX !== 'visible' && style.textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1;
    if (cuts && style.overflowX !== 'auto' && style.overflowX !== 'scroll') found.push(`cut: ${element.textContent?.trim().slice(0, 60)}`);
    if (style.textOverflow === 'ellipsis' && element.scrollWidth > element.clientWidth + 1 && !element.title) found.push(`ellipsis: ${element.textContent?.trim().slice(0, 60)}`);
  }
  return [...new Set(found)];
}

/** Six pictures a sheet, each 800 pixels wide. */
async function sheets(folder: string, names: readonly string[]): Promise<void> {
  const width = 800;
  const files = names.map((name) => join(folder, `${name}.png`)).filter((file) => existsSync(file));
  for (let first = 0; first < files.length; first += 6) {
    const pictures = await Promise.all(files.slice(first, first + 6).map((file) => sharp(file).resize({ width }).toBuffer({ resolveWithObject: true })));
    const height = pictures[0].info.height;
    await sharp({ create: { width: 2 * width + 8, height: 3 * (height + 8), channels: 3, background: '#c22' } })
      .composite(pictures.map(({ data }, n) => ({ input: data, left: (n % 2) * (width + 8), top: Math.floor(n / 2) * (height + 8) })))
      .png()
      .toFile(join(folder, `sheet-${String(first / 6 + 1).padStart(2, '0')}.png`));
  }
}

export async function main(args: string[]): Promise<void> {
  const path = chromiumPath();
  if (!path) throw new Error('no Chromium is installed: install one, or set CHROMIUM_PATH');
  const words = [...args];
  const option = (name: string): string | undefined => {
    const at = words.indexOf(name);
    return at < 0 ? undefined : words.splice(at, 2)[1];
  };
  const kept = option('--home');
  const asked = option('--looks')?.split(',');
  const [outDir, ...parts] = words;
  if (outDir === undefined) throw new Error('where to? node bench/run.mjs screens OUTDIR');
  const wanted = scenes.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
  const chosen = looks.filter(({ name }) => asked === undefined || asked.some((part) => name.includes(part)));
  const folder = kept === undefined ? mkdtempSync(join(tmpdir(), 'genoise-screens-')) : resolve(kept);
  const record = join(folder, 'homes.json');
  if (!existsSync(record)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(record, JSON.stringify(await makeHomes(folder)));
  }
  const homes = JSON.parse(readFileSync(record, 'utf8')) as Homes;
  // What pictures of an earlier time have left.
  rmSync(join(homes.paths.busy, 'runs', training), { recursive: true, force: true });
  // The software GPU of machines without one takes minutes for what the processor does in a second.
  for (const name of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'LD_LIBRARY_PATH']) delete process.env[name];
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'] });
  const servers = new Map<HomeName, Served>();
  const complaints: string[] = [];
  try {
    // Home by home: a training under way would slow the others.
    for (const home of homeNames) {
      const ofHome = wanted.filter((scene) => scene.home === home);
      for (const look of ofHome.length > 0 ? chosen : []) {
        const found = await take(browser, look, ofHome, homes, servers, outDir);
        complaints.push(...found);
        console.log(`${home}, ${look.name}: ${ofHome.length} pictures`);
      }
      await servers.get(home)?.stop();
    }
  } finally {
    await browser.close();
    await Promise.all([...servers.values()].map((served) => served.stop()));
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  }
  for (const look of chosen) await sheets(join(outDir, look.name), wanted.map(({ name }) => name));
  console.log([...new Set(complaints)].join('\n'));
}
