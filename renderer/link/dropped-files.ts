/** @file What was dropped on the page or chosen in a dialog, as files with their paths: folders with all below them. */

export interface PathedFile {
  /** Relative, with '/' between names: it begins with the dropped folder's own name. */
  path: string;
  file: File;
}

/** All files below the entries of a drop. Call it within the drop's event: the entries are gone after it. @throws DOMException of an entry that can't be read */
export function droppedFiles(items: DataTransferItemList): Promise<PathedFile[]> {
  const entries = [...items].flatMap((item) => (item.kind === 'file' ? [item.webkitGetAsEntry()] : []));
  return filesBelow(entries.filter((entry) => entry !== null));
}

/** Of `<input type="file">`, with or without `webkitdirectory`. */
export const chosenFiles = (files: FileList): PathedFile[] => [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** An entry's full path begins with '/', the root of what was dropped. */
const relative = (entry: FileSystemEntry): string => entry.fullPath.replace(/^\/+/, '');

async function filesBelow(roots: FileSystemEntry[]): Promise<PathedFile[]> {
  const found: PathedFile[] = [];
  const left = [...roots];
  for (let entry = left.pop(); entry; entry = left.pop()) {
    if (isFile(entry)) found.push({ path: relative(entry), file: await fileOf(entry) });
    else if (isFolder(entry)) left.push(...(await childrenOf(entry)));
  }
  return found;
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));

/** A reader gives a part at a time, at last an empty one. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return all;
    all.push(...part);
  }
}
