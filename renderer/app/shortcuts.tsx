/** @file All shortcuts that hold now. */

import { useCommands } from '../state/commands';
import { setFrame, useFrame } from '../state/frame';
import { useWords } from '../state/words';
import { Dialog } from '../widgets/dialog';
import { Keys } from '../widgets/kbd';
import styles from './shortcuts.module.css';

export function Shortcuts() {
  const t = useWords('window');
  const open = useFrame((frame) => frame.shortcuts);
  const commands = useCommands((registry) => registry.commands).filter(({ keys }) => keys !== undefined);
  const groups = [...new Set(commands.map(({ group }) => group))];
  return (
    <Dialog open={open} onClose={() => setFrame({ shortcuts: false })} title={t('shortcuts.title')} wide>
      <div className={styles['columns']}>
        {groups.map((group) => (
          <section key={group ?? ''} className={styles['group']}>
            <h3 className={styles['heading']}>{group ?? t('palette.commands')}</h3>
            <dl>
              {commands
                .filter((command) => command.group === group)
                .map(({ id, title, keys }) => (
                  <div key={id} className={styles['row']}>
                    <dt>{title}</dt>
                    <dd>
                      {keys!.split(' ').map((one) => (
                        <Keys key={one} keys={one} />
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={styles['note']}>{t('shortcuts.note')}</p>
    </Dialog>
  );
}
