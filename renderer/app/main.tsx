/** @file The page's entry. */

import './strict-policy';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import 'dockview-react/dist/styles/dockview.css';
import '../theme/tokens.css';
import '../theme/base.css';
import '../theme/dock.css';
import { watchKeyboard } from '../state/commands';
import { watchExports } from '../state/exports-made';
import { watchLibrary } from '../state/library';
import { watchMachine } from '../state/machine';
import { watchSettings } from '../state/settings';
import { announceJobs } from './job-results';
import { PanelBoundary } from './panel-boundary';
import { Shell } from './shell';

const root = document.getElementById('root');
if (!root) throw new Error('internal: index.html has no #root');
watchSettings();
watchLibrary();
watchExports();
watchKeyboard();
watchMachine();
announceJobs();
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <PanelBoundary>
        <Shell />
      </PanelBoundary>
    </CSPProvider>
  </StrictMode>,
);
