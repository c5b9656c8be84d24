/** @file The system's dialogs, asked for by a page of the window that they belong to. */

import { dialog, shell, type BrowserWindow } from 'electron';
import { basename, isAbsolute, join } from 'node:path';
import type { HandlersOf } from '../../preload/contract/contract';
import type { native } from '../../preload/contract/domains/native';
import { LabError } from '../../preload/contract/errors';
import { translate, type Language } from '../lab/words';

/** @param choose is told each path that the user has chosen to save a file */
export function windowDialogs(window: BrowserWindow, language: () => Language, choose: (path: string) => void): HandlersOf<typeof native> {
  const t = (key: string) => translate(`native:dialog.${key}`, language());
  /** Where the last file was saved: the next one is offered beside it. */
  let folder: string | undefined;

  return {
    async choosePaths({ what }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: t(what),
        buttonLabel: t('import'),
        properties: what === 'folder' ? ['openDirectory'] : ['openFile', 'multiSelections'],
        ...(what === 'files' && { filters: [{ name: t('datasets'), extensions: ['zip', 'tar', 'gz', 'tgz', 'npy', 'npz', 'idx', 'bin', 'png', 'jpg', 'jpeg', 'webp', 'onnx'] }, { name: t('all'), extensions: ['*'] }] }),
      });
      return canceled ? [] : filePaths;
    },
    async chooseSave({ name, kinds }) {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: t('save'),
        // A page suggests a name, never a place.
        defaultPath: folder ? join(folder, basename(name)) : basename(name),
        filters: kinds,
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      });
      if (canceled || !filePath) return null;
      folder = join(filePath, '..');
      choose(filePath);
      return filePath;
    },
    reveal({ path }) {
      if (!isAbsolute(path)) throw new LabError('path-not-found', { path });
      shell.showItemInFolder(path);
      return null;
    },
  };
}
