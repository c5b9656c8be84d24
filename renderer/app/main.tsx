/** @file The page's entry. */

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../theme/page.css';
import { Page } from './page';

const root = document.getElementById('root');
if (!root) throw new Error('internal: index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
