/** @file The keys of playing. */

import { useCommand } from '../../state/commands';
import { useWords } from '../../state/words';
import type { Playback } from './playback';

export function usePlaybackCommands(playback: Playback, enabled: boolean): void {
  const t = useWords('diffusion');
  const group = t('title');
  useCommand({ id: 'diffusion.play', title: t(playback.playing ? 'pause' : 'play'), keys: 'k', group, run: playback.toggle, enabled });
  useCommand({ id: 'diffusion.back', title: t('stepBack'), keys: 'left', group, run: () => playback.step(-1), enabled });
  useCommand({ id: 'diffusion.on', title: t('stepOn'), keys: 'right', group, run: () => playback.step(1), enabled });
  useCommand({ id: 'diffusion.first', title: t('toNoise'), keys: 'home', group, run: () => playback.go(0), enabled });
  useCommand({ id: 'diffusion.last', title: t('toImage'), keys: 'end', group, run: () => playback.go(Infinity), enabled });
}
