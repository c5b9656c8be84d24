/** @file Named workspaces: the layout kept under a name, switched to, deleted. */

import { LayoutDashboard, Trash2 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { errorToJson } from '../../preload/contract/errors';
import { notify } from '../state/notices';
import { pushUndo } from '../state/undo';
import { useWords } from '../state/words';
import { Button, IconButton } from '../widgets/button';
import { Popover } from '../widgets/popover';
import { TextField } from '../widgets/text-field';
import railStyles from './rail.module.css';
import { deleteWorkspace, openWorkspace, saveWorkspace, useWorkspace } from './workspace';
import styles from './workspaces.module.css';

const longestName = 60;

export function Workspaces() {
  const t = useWords('window');
  const named = useWorkspace((workspace) => workspace.named);
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const wanted = name.trim();
  const tell = (caught: unknown): void => void notify({ kind: 'bad', title: t.error(errorToJson(caught)).message });

  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (wanted === '') return;
    void saveWorkspace(wanted).then(() => {
      notify({ kind: 'good', title: t('workspaces.saved', { name: wanted }) });
      setName('');
    }, tell);
  };
  const remove = (one: string): void => {
    void deleteWorkspace(one).then((undo) => pushUndo({ label: t('workspaces.deleted', { name: one }), undo }), tell);
  };
  return (
    <Popover
      label={t('workspaces.title')}
      side="right"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className={railStyles['item']}>
          <LayoutDashboard size={19} strokeWidth={1.75} aria-hidden />
          <span>{t('workspaces.short')}</span>
        </button>
      }
    >
      <div className={styles['card']}>
        <h2 className={styles['title']}>{t('workspaces.title')}</h2>
        {named.length === 0 ? (
          <p className={styles['none']}>{t('workspaces.none')}</p>
        ) : (
          <ul className={styles['list']}>
            {named.map((one) => (
              <li key={one} className={styles['row']}>
                <Button
                  variant="quiet"
                  className={styles['name']}
                  onClick={() => {
                    setOpen(false);
                    void openWorkspace(one).catch(tell);
                  }}
                >
                  {one}
                </Button>
                <IconButton small icon={Trash2} label={t('workspaces.delete', { name: one })} onClick={() => remove(one)} />
              </li>
            ))}
          </ul>
        )}
        <form className={styles['form']} onSubmit={save}>
          <TextField label={t('workspaces.name')} value={name} onChange={setName} maxLength={longestName} />
          <Button type="submit" disabled={wanted === ''}>
            {t(named.includes(wanted) ? 'workspaces.replace' : 'workspaces.save')}
          </Button>
        </form>
      </div>
    </Popover>
  );
}
