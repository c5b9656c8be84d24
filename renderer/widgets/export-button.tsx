/** @file The button by which a panel lets one save what it shows. */

import { Download } from 'lucide-react';
import { useCommand } from '../state/commands';
import { openExport, type ExportOffer } from '../state/exporting';
import { useWords } from '../state/words';
import { IconButton } from './button';

export interface ExportButtonProps {
  /** What the panel shows now, the foremost first; a function is asked when the button is pressed. */
  offers: readonly ExportOffer[] | (() => readonly ExportOffer[]);
  disabled?: boolean;
  small?: boolean;
}

export function ExportButton({ offers, disabled = false, small }: ExportButtonProps) {
  const t = useWords('export');
  const off = disabled || (typeof offers !== 'function' && offers.length === 0);
  const open = (): void => openExport(typeof offers === 'function' ? offers() : offers);
  useCommand({ id: 'window.export', title: t('command'), keys: 'mod+e', run: open, enabled: !off });
  return <IconButton icon={Download} label={t('command')} keys="mod+e" onClick={open} disabled={off} small={small} />;
}
