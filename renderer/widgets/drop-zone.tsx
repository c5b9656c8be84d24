/** @file Where datasets come in: dropped, chosen in the system's dialog, or named by a path. */

import { FileUp, FolderUp, ImageDown } from 'lucide-react';
import { useRef, useState } from 'react';
import { lab } from '../link/lab';
import { tell } from '../state/library-actions';
import { useWords } from '../state/words';
import { Button } from './button';
import { classes } from './class-names';
import styles from './drop-zone.module.css';
import { TextField } from './text-field';

export interface DropZoneProps {
  onImport(what: FileList | readonly string[], folders?: readonly boolean[]): void;
  /** In a dialog, beside what was dropped already. */
  small?: boolean;
}

export function DropZone({ onImport, small = false }: DropZoneProps) {
  const t = useWords('library');
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [path, setPath] = useState('');
  const choose = (what: 'files' | 'folder'): void => {
    if (!window.lab) return (what === 'files' ? files : folder).current?.click();
    lab.native.choosePaths({ what }).then((paths) => {
      if (paths.length > 0) onImport(paths, paths.map(() => what === 'folder'));
    }, tell);
  };
  const name = (): void => {
    // As terminals and file managers copy paths: quoted, or a file: address.
    const wanted = path.trim().replace(/^(["'])(.*)\1$/, '$2');
    if (wanted === '') return;
    onImport([wanted.startsWith('file://') ? decodeURIComponent(new URL(wanted).pathname) : wanted]);
    setPath('');
  };
  const input = (which: typeof files, directory: boolean) => (
    <input
      ref={which}
      type="file"
      multiple
      hidden
      aria-hidden
      tabIndex={-1}
      {...(directory && { webkitdirectory: '' })}
      onChange={(event) => {
        if (event.target.files && event.target.files.length > 0) onImport(event.target.files);
        event.target.value = '';
      }}
    />
  );
  return (
    <div className={classes(styles['zone'], small && styles['small'])}>
      {!small && <ImageDown size={36} strokeWidth={1.25} aria-hidden className={styles['icon']} />}
      {!small && <h2 className={styles['title']}>{t('drop.title')}</h2>}
      <p className={styles['text']}>{t(small ? 'drop.more' : 'drop.text')}</p>
      <div className={styles['buttons']}>
        <Button icon={FolderUp} variant={small ? 'plain' : 'primary'} onClick={() => choose('folder')}>
          {t('drop.folder')}
        </Button>
        <Button icon={FileUp} onClick={() => choose('files')}>
          {t('drop.files')}
        </Button>
      </div>
      <form
        className={styles['path']}
        onSubmit={(event) => {
          event.preventDefault();
          name();
        }}
      >
        <TextField label={t('drop.path')} hideLabel placeholder={t('drop.path')} value={path} onChange={setPath} maxLength={4096} className={styles['pathField']} />
        <Button type="submit" disabled={path.trim() === ''}>
          {t('drop.look')}
        </Button>
      </form>
      {input(files, false)}
      {input(folder, true)}
    </div>
  );
}
