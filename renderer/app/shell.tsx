/** @file The window's frame: the rail, the docked panels, the inspector, the status bar, and what floats over them. */

import { useState } from 'react';
import { useInspectorShown } from '../state/frame';
import { ExportDialog } from '../widgets/export-dialog';
import { ImportDialog } from '../widgets/import-dialog';
import { OverPage } from '../widgets/over-page';
import { Toasts } from '../widgets/toasts';
import { Banner } from './banner';
import { Dock } from './dock';
import { DropTarget } from './drop-target';
import { Inspector } from './inspector';
import { Palette } from './palette';
import { PanelBoundary } from './panel-boundary';
import { Rail } from './rail';
import { Shortcuts } from './shortcuts';
import { StatusBar } from './status-bar';
import styles from './shell.module.css';
import { WindowCommands } from './window-commands';

export function Shell() {
  const inspector = useInspectorShown();
  const [over, setOver] = useState<HTMLElement | null>(null);
  return (
    <OverPage place={over ?? undefined}>
      <div className={styles['shell']}>
        <WindowCommands />
        <Banner />
        <Rail />
        <main className={styles['dock']}>
          <h1 className={styles['name']}>Genoise</h1>
          <Dock />
          <div ref={setOver} />
        </main>
        {inspector && (
          <PanelBoundary>
            <Inspector />
          </PanelBoundary>
        )}
        <StatusBar />
        <Palette />
        <Shortcuts />
        <ExportDialog />
        <ImportDialog />
        <DropTarget />
        <Toasts />
      </div>
    </OverPage>
  );
}
