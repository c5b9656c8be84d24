/** @file The whole window answers a drag of files; what is dropped goes to the import. */

import { Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { isTaken } from '../state/drops';
import { startImport } from '../state/importing';
import { useWords } from '../state/words';
import styles from './drop-target.module.css';

const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

export function DropTarget() {
  const t = useWords('window');
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Elements tell enter before leave, one inside the other: what is left is counted.
    let depth = 0;
    const listening = new AbortController();
    const listen = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', take: (event: DragEvent) => void): void =>
      window.addEventListener(
        type,
        (event) => {
          if (!holdsFiles(event)) return;
          event.preventDefault();
          take(event);
        },
        { capture: true, signal: listening.signal },
      );
    listen('dragenter', (event) => {
      depth += 1;
      setOver(!isTaken(event));
    });
    listen('dragover', (event) => {
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    });
    listen('dragleave', () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    });
    listen('drop', (event) => {
      if (isTaken(event)) {
        depth = 0;
        return setOver(false);
      }
      // The dock would take it for a panel.
      event.stopPropagation();
      depth = 0;
      setOver(false);
      if (event.dataTransfer) startImport(event.dataTransfer);
    });
    return () => listening.abort();
  }, []);
  if (!over) return null;
  return (
    <div className={styles['target']} aria-hidden>
      <div className={styles['words']}>
        <Download size={28} strokeWidth={1.5} />
        {t('drop')}
      </div>
    </div>
  );
}
