/** @file The palette: every command, panel, dataset, run and setting, found by words. */

import { Dialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { useEffect, useMemo, useState } from 'react';
import { useCommands } from '../state/commands';
import { setFrame, useFrame } from '../state/frame';
import { useLibrary } from '../state/library';
import { useWords } from '../state/words';
import { Keys } from '../widgets/kbd';
import { found, type Findable } from './find';
import { showDataset, showRun } from './job-results';
import styles from './palette.module.css';

interface Entry extends Findable {
  id: string;
  group: string;
  note?: string;
  keys?: string;
  run(): void;
}

const mostShown = 60;

export function Palette() {
  const t = useWords('window');
  const open = useFrame((frame) => frame.palette);
  // Each opening starts anew, even while the one before it still fades.
  const [opening, setOpening] = useState(0);
  useEffect(() => {
    if (open) setOpening((now) => now + 1);
  }, [open]);
  const close = (): void => setFrame({ palette: false });
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles['backdrop']} />
        <Dialog.Popup data-modal className={styles['palette']} aria-label={t('palette.open')}>
          <Found key={opening} onChosen={close} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useEntries(): Entry[] {
  const t = useWords('window');
  const commands = useCommands((registry) => registry.commands);
  const datasets = useLibrary((library) => library.datasets);
  const runs = useLibrary((library) => library.runs);
  return useMemo(
    () => [
      ...commands
        .filter(({ id }) => id !== 'window.palette')
        .map(({ id, title, keys, group, run }) => ({ id, title, keys, group: group ?? t('palette.commands'), run })),
      ...(runs ?? []).map(({ name, method, dataset }) => ({ id: `run ${name}`, title: name, also: `${method} ${dataset.name}`, note: `${method} · ${dataset.name}`, group: t('palette.runs'), run: () => showRun(name) })),
      ...(datasets ?? []).map(({ name, count }) => ({ id: `dataset ${name}`, title: name, note: t('widgets:images', { count, shown: t.number(count, { maximumFractionDigits: 0 }) }), group: t('palette.datasets'), run: () => showDataset(name) })),
    ],
    [t, commands, datasets, runs],
  );
}

function Found({ onChosen }: { onChosen(): void }) {
  const t = useWords('window');
  const [query, setQuery] = useState('');
  const entries = useEntries();
  const shown = useMemo(() => found(entries, query, mostShown), [entries, query]);
  const groups = [...new Set(shown.map(({ group }) => group))];
  return (
    <Command label={t('palette.open')} shouldFilter={false} loop vimBindings={false}>
      <Command.Input autoFocus value={query} onValueChange={setQuery} placeholder={t('palette.placeholder')} className={styles['input']} />
      <Command.List label={t('palette.results')} className={styles['list']}>
        {shown.length === 0 && <Command.Empty className={styles['none']}>{t('palette.nothing')}</Command.Empty>}
        {groups.map((group) => (
          <Command.Group key={group} heading={group} className={styles['group']}>
            {shown
              .filter((entry) => entry.group === group)
              .map(({ id, title, note, keys, run }) => (
                <Command.Item
                  key={id}
                  value={id}
                  className={styles['item']}
                  onSelect={() => {
                    onChosen();
                    run();
                  }}
                >
                  <span className={styles['title']}>{title}</span>
                  {note && <span className={styles['note']}>{note}</span>}
                  {keys && <Keys keys={keys.split(' ')[0]!} />}
                </Command.Item>
              ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}
