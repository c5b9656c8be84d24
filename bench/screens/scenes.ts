/** @file What is looked at: panels with their spec and state, and what is pressed before the picture is taken. */

import type { Page } from 'playwright';
import type { HomeName, Homes } from './homes';
import type { Say } from './words';

export interface Stage {
  page: Page;
  say: Say;
  homes: Homes;
  /** Ends the process that computes for the panels. */
  killInference(): void;
  /** Cuts the line to the lab until the picture is taken. */
  cutLine(): Promise<void>;
}

type Opened = [panel: string, spec?: Record<string, unknown>, state?: Record<string, unknown>];

export interface Scene {
  name: string;
  home: HomeName;
  /** Beside each other; none: as a newcomer finds the window. */
  panels?: Opened[];
  act?(stage: Stage): Promise<unknown>;
  /** Puts things back for the scenes that follow. */
  after?(stage: Stage): Promise<unknown>;
}

const exactly = (text: string): RegExp => new RegExp(`^\\s*${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name: exactly(name) }).first().click({ timeout: 20_000 });
const row = (page: Page, name: string): Promise<void> => page.getByRole('row', { name: new RegExp(name) }).first().click({ timeout: 20_000 });
const until = (page: Page, text: string, timeout = 60_000): Promise<void> => page.getByText(text).first().waitFor({ timeout });
/** Looks at what a path holds, in the library's own field. */
async function look({ page, say }: Stage, path: string): Promise<void> {
  await press(page, say('library:import.open'));
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').first().fill(path);
  await dialog.getByRole('button', { name: say('library:drop.look') }).click();
}
const dialogButton = (page: Page, name: string): Promise<void> => page.getByRole('dialog').getByRole('button', { name, exact: true }).click({ timeout: 30_000 });
async function fromMore(page: Page, say: Say, key: string): Promise<void> {
  await press(page, say('run:more'));
  await page.getByRole('menuitem', { name: say(key) }).click();
}
/** Of the busy home: made anew each time. */
export const training = 'in-training';

const vae = { run: 'starter-vae-digits' };
const ddpm = { run: 'starter-ddpm-digits' };
const walked = ({ page }: Stage): Promise<void> => page.waitForTimeout(2500);

const bare: Scene[] = [
  { name: 'start-bare', home: 'bare' },
  { name: 'library-runs-none', home: 'bare', panels: [['library', {}, { tab: 'runs' }]] },
  { name: 'latent-none', home: 'bare', panels: [['latent']] },
  { name: 'diffusion-none', home: 'bare', panels: [['diffusion']] },
  { name: 'trash', home: 'bare', panels: [['library', {}, { tab: 'trash' }]] },
];

const fresh: Scene[] = [
  { name: 'start', home: 'fresh' },
  { name: 'library-none', home: 'fresh', panels: [['library']] },
  { name: 'library-runs-starters', home: 'fresh', panels: [['library', {}, { tab: 'runs' }]] },
  { name: 'trash-none', home: 'fresh', panels: [['library', {}, { tab: 'trash' }]] },
  { name: 'train-none', home: 'fresh', panels: [['train']] },
  { name: 'run-none', home: 'fresh', panels: [['run']] },
  { name: 'latent-missing', home: 'fresh', panels: [['latent', vae]] },
  { name: 'diffusion-noise-missing', home: 'fresh', panels: [['diffusion', ddpm, { tab: 'noise' }]] },
  { name: 'diffusion-compare-none', home: 'fresh', panels: [['diffusion', ddpm, { tab: 'compare' }]] },
  { name: 'diffusion-trajectories-none', home: 'fresh', panels: [['diffusion', ddpm, { tab: 'trajectories' }]] },
  { name: 'diffusion-sheet-none', home: 'fresh', panels: [['diffusion', ddpm, { tab: 'sheet' }]] },
  { name: 'log-fresh', home: 'fresh', panels: [['log']] },
  { name: 'jobs-none', home: 'fresh', act: ({ page }) => page.keyboard.press('Control+j') },
  { name: 'inspector-none', home: 'fresh', act: ({ page }) => page.keyboard.press('Control+i') },
  { name: 'shortcuts', home: 'fresh', act: ({ page }) => page.keyboard.press('?') },
  { name: 'nothing-open', home: 'fresh', act: ({ page }) => page.keyboard.press('Alt+w') },
];

const used: Scene[] = [
  { name: 'library-datasets', home: 'used', panels: [['library']], act: ({ page }) => row(page, 'shapes') },
  {
    name: 'library-left-out',
    home: 'used',
    panels: [['library']],
    async act({ page, say }) {
      await row(page, 'shapes');
      await page.getByRole('tab', { name: exactly(say('library:details.skipped')) }).click();
    },
  },
  {
    name: 'library-classes',
    home: 'used',
    panels: [['library']],
    async act({ page, say }) {
      await row(page, 'digits');
      await page.getByRole('tab', { name: exactly(say('library:details.classes')) }).click();
    },
  },
  {
    name: 'library-facts',
    home: 'used',
    panels: [['library']],
    async act({ page, say }) {
      await row(page, 'digits');
      await page.getByRole('tab', { name: exactly(say('library:details.facts')) }).click();
    },
  },
  { name: 'library-runs', home: 'used', panels: [['library', {}, { tab: 'runs' }]], act: ({ page }) => row(page, 'digits-vae') },
  { name: 'trash-full', home: 'used', panels: [['library', {}, { tab: 'trash' }]] },
  { name: 'train', home: 'used', panels: [['train', { dataset: 'digits', method: 'vae' }]], act: ({ page, say }) => until(page, say('train:forecast.ends', { time: '' }).trim()) },
  {
    name: 'train-changed-wrong',
    home: 'used',
    panels: [['train', { dataset: 'shapes', method: 'ddpm' }, { more: true, changed: { ddpm: { learningRate: 0.5, batchSize: 'many' } } }]],
  },
  {
    name: 'help-card',
    home: 'used',
    panels: [['train', { dataset: 'digits', method: 'vae' }]],
    act: ({ page, say }) => page.getByRole('button', { name: exactly(say('train:about', { field: '', help: '' }).split(/[:\u00a0\u202f]/)[0].trim()) }).first().hover(),
  },
  { name: 'run', home: 'used', panels: [['run', { run: 'digits-vae' }]] },
  {
    name: 'run-evaluated',
    home: 'used',
    panels: [['run', { run: 'shapes-small' }, { log: true }]],
    async act({ page, say }) {
      await fromMore(page, say, 'run:evaluate');
      await until(page, say('evaluation:activeUnits'));
    },
    // A slow one would keep the next scenes waiting.
    after: ({ page, say }) => page.getByRole('button', { name: exactly(say('widgets:progress.cancel')) }).last().click({ timeout: 1000 }).catch(() => undefined),
  },
  {
    name: 'run-fork',
    home: 'used',
    panels: [['run', { run: 'digits-vae' }]],
    act: ({ page, say }) => fromMore(page, say, 'run:fork.action'),
  },
  { name: 'network', home: 'used', panels: [['network', vae]], act: ({ page }) => page.waitForTimeout(2500) },
  { name: 'latent-axes', home: 'used', panels: [['latent', vae]], act: ({ page }) => page.getByRole('application').waitFor({ timeout: 60_000 }) },
  { name: 'latent-loss', home: 'used', panels: [['latent', vae, { colour: 'negElbo', anchor: { split: 'test', index: 3 } }]], act: ({ page }) => page.waitForTimeout(4000) },
  { name: 'latent-deep', home: 'used', panels: [['latent', vae, { deep: true, anchor: { split: 'test', index: 3 } }]], act: ({ page }) => page.waitForTimeout(1500) },
  { name: 'latent-walk', home: 'used', panels: [['latent', vae, { tab: 'walk', walk: { from: { split: 'test', index: 3 }, to: { split: 'test', index: 8 } } }]], act: ({ page }) => page.waitForTimeout(1500) },
  { name: 'latent-grid', home: 'used', panels: [['latent', vae, { tab: 'grid', grid: { size: 15 } }]], act: ({ page }) => page.waitForTimeout(1500) },
  { name: 'latent-two-axes', home: 'used', panels: [['latent', { run: 'shapes-small' }, { tab: 'grid', anchor: { split: 'test', index: 0 } }]], act: ({ page }) => page.waitForTimeout(2500) },
  { name: 'diffusion-denoise', home: 'used', panels: [['diffusion', ddpm]], act: walked },
  { name: 'diffusion-four', home: 'used', panels: [['diffusion', ddpm, { walk: { n: 4, begin: 'image' } }]], act: ({ page }) => page.waitForTimeout(5000) },
  { name: 'diffusion-noise', home: 'used', panels: [['diffusion', ddpm, { tab: 'noise', index: 3 }]], act: ({ page }) => page.waitForTimeout(1500) },
  { name: 'diffusion-training', home: 'used', panels: [['diffusion', ddpm, { tab: 'training', index: 3, curve: 'betaBar' }]], act: ({ page }) => page.waitForTimeout(1500) },
  {
    name: 'diffusion-compare',
    home: 'used',
    panels: [['diffusion', ddpm, { tab: 'compare', lanes: [{ sampler: 'ddim', steps: 10 }, { sampler: 'ddim', steps: 20, eta: 1 }, { sampler: 'ddim', steps: 50 }] }]],
    act: ({ page }) => page.waitForTimeout(3500),
  },
  {
    name: 'diffusion-trajectories',
    home: 'used',
    panels: [['diffusion', ddpm, { tab: 'trajectories', trajectories: { sampler: 'ddim', steps: 20 } }]],
    async act({ page, say }) {
      await press(page, say('diffusion:walkThem'));
      await page.getByRole('listbox', { name: say('diffusion:finishedImages') }).waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'diffusion-sheet',
    home: 'used',
    panels: [['diffusion', ddpm, { tab: 'sheet', sheet: { rows: { setting: 'eta', values: '0, 0.5, 1' }, columns: { setting: 'steps', values: '5, 10, 20, 30' } } }]],
    async act({ page, say }) {
      await press(page, say('diffusion:drawSheet'));
      await page.waitForTimeout(5000);
    },
  },
  {
    name: 'settings',
    home: 'used',
    panels: [['settings']],
    async act({ page, say }) {
      await press(page, say('settings:storage.count'));
      await until(page, say('settings:storage.parts.other'));
    },
  },
  {
    name: 'palette',
    home: 'used',
    panels: [['library']],
    async act({ page }) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('vae');
    },
  },
  { name: 'palette-all', home: 'used', panels: [['latent', vae]], act: ({ page }) => page.keyboard.press('Control+k') },
  { name: 'jobs', home: 'used', panels: [['run', { run: 'digits-vae' }]], act: ({ page }) => page.keyboard.press('Control+j') },
  {
    name: 'inspector-run',
    home: 'used',
    panels: [['library', {}, { tab: 'runs' }]],
    async act({ page }) {
      await row(page, 'starter-vae-digits');
      await page.keyboard.press('Control+i');
    },
  },
  {
    name: 'inspector-point',
    home: 'used',
    panels: [['latent', vae]],
    async act({ page }) {
      const map = page.getByRole('application');
      await map.waitFor({ timeout: 60_000 });
      await map.focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Control+i');
    },
  },
  {
    name: 'export-picture',
    home: 'used',
    panels: [['latent', vae, { tab: 'grid' }]],
    async act({ page }) {
      await page.getByRole('application').waitFor({ timeout: 60_000 });
      await page.keyboard.press('Control+e');
      await page.waitForTimeout(2500);
    },
  },
  {
    name: 'export-film',
    home: 'used',
    panels: [['diffusion', ddpm]],
    async act(stage) {
      await walked(stage);
      await stage.page.keyboard.press('Control+e');
      await stage.page.waitForTimeout(2500);
    },
  },
  {
    name: 'three-panels',
    home: 'used',
    panels: [['run', { run: 'digits-vae' }], ['latent', vae], ['diffusion', ddpm]],
    act: ({ page }) => page.waitForTimeout(2500),
  },
  {
    name: 'import-folder',
    home: 'used',
    panels: [['library']],
    async act(stage) {
      await look(stage, stage.homes.shapes);
      await stage.page.waitForTimeout(2500);
    },
  },
  {
    name: 'import-refused',
    home: 'used',
    panels: [['library']],
    async act(stage) {
      await look(stage, stage.homes.pickle);
      await stage.page.getByRole('dialog').getByRole('alert').waitFor({ timeout: 20_000 });
    },
  },
  { name: 'failed-run', home: 'used', panels: [['run', { run: 'shapes-too-fast' }]] },
  { name: 'failed-run-in-library', home: 'used', panels: [['library', {}, { tab: 'runs' }]], act: ({ page }) => row(page, 'shapes-too-fast') },
  { name: 'failed-dataset', home: 'used', panels: [['library']], act: ({ page }) => row(page, 'holidays') },
  { name: 'failed-plan', home: 'used', panels: [['train', { dataset: 'holidays-in-the-mountains-2024', method: 'vae' }]], act: ({ page }) => page.waitForTimeout(4000) },
  { name: 'failed-run-gone', home: 'used', panels: [['run', { run: 'gone' }], ['latent', { run: 'gone' }], ['diffusion', { run: 'gone' }]] },
  {
    name: 'failed-process',
    home: 'used',
    panels: [['diffusion', ddpm, { walk: { sampler: 'ddpm' } }]],
    async act({ page, say, killInference }) {
      await press(page, say('diffusion:denoise')).catch(() => undefined);
      await page.waitForTimeout(1500);
      killInference();
      await page.waitForTimeout(2500);
    },
  },
  {
    name: 'failed-connection',
    home: 'used',
    panels: [['library']],
    async act({ page, cutLine }) {
      await cutLine();
      await page.waitForTimeout(2500);
    },
  },
  // After what failed: it is in there.
  { name: 'log', home: 'used', panels: [['log']] },
];

const busy: Scene[] = [
  {
    name: 'busy-run',
    home: 'busy',
    panels: [['train', { dataset: 'digits', method: 'vae' }, { time: 'endless', run: training }]],
    async act({ page, say }) {
      await page.waitForTimeout(1000);
      const start = page.getByRole('button', { name: exactly(say('train:start')) });
      if ((await page.getByText(training).count()) > 0 || !(await start.isEnabled().catch(() => false))) return;
      await start.click();
      await page.getByRole('button', { name: exactly(say('run:pause')) }).waitFor({ timeout: 60_000 });
      await page.waitForTimeout(20_000);
    },
  },
  { name: 'busy-run-again', home: 'busy', panels: [['run', { run: training }]], act: ({ page }) => page.waitForTimeout(1500) },
  { name: 'busy-three', home: 'busy', panels: [['run', { run: training }], ['latent', { run: training }]], act: ({ page }) => page.waitForTimeout(1200) },
  { name: 'busy-jobs', home: 'busy', panels: [['run', { run: training }]], act: ({ page }) => page.keyboard.press('Control+j') },
  { name: 'busy-plan', home: 'busy', panels: [['train', { dataset: 'digits', method: 'ddpm' }]], act: ({ page }) => page.waitForTimeout(1500) },
  { name: 'busy-library', home: 'busy', panels: [['library', {}, { tab: 'runs' }]], act: ({ page }) => row(page, training) },
  {
    name: 'busy-import',
    home: 'busy',
    panels: [['library']],
    async act(stage) {
      const { page, say } = stage;
      await look(stage, stage.homes.digits);
      await until(page, say('library:import.keep'));
      await page.waitForTimeout(500);
      await dialogButton(page, say('library:import.confirm'));
      await page.waitForTimeout(2500);
    },
    after: ({ page, say }) => page.getByRole('main').getByRole('button', { name: exactly(say('library:cancel')) }).first().click({ timeout: 2000 }).catch(() => undefined),
  },
  {
    name: 'busy-diffusion',
    home: 'busy',
    panels: [['diffusion', ddpm, { walk: { sampler: 'ddpm' } }]],
    async act({ page, say }) {
      await press(page, say('diffusion:denoise')).catch(() => undefined);
      await page.waitForTimeout(2500);
    },
  },
];

export const scenes: readonly Scene[] = [...bare, ...fresh, ...used, ...busy];
