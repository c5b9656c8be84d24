/** @file Shortcuts in one notation: 'mod+shift+p', where mod is Command on a Mac and Control elsewhere. */

const mac = /mac/i.test(navigator.platform);

/** Keys whose name in an event is not their name in a shortcut. */
const eventNames: Record<string, string> = { ' ': 'space', arrowleft: 'left', arrowright: 'right', arrowup: 'up', arrowdown: 'down', escape: 'esc' };
const capNames: Record<string, string> = { shift: '⇧', left: '←', right: '→', up: '↑', down: '↓', enter: '⏎', esc: 'Esc', space: '␣', tab: '⇥', delete: '⌦', backspace: '⌫' };
const macCaps: Record<string, string> = { mod: '⌘', alt: '⌥', ctrl: '⌃' };
const otherCaps: Record<string, string> = { mod: 'Ctrl', alt: 'Alt', ctrl: 'Ctrl' };

/** The caps to press, in order. */
export function keyNames(shortcut: string, onMac = mac): string[] {
  return parts(shortcut).map((key) => (onMac ? macCaps : otherCaps)[key] ?? capNames[key] ?? (key.length === 1 ? key.toUpperCase() : `${key[0]?.toUpperCase()}${key.slice(1)}`));
}

/** As aria-keyshortcuts has it: 'Control+Shift+P'. */
export function ariaKeys(shortcut: string, onMac = mac): string {
  const names: Record<string, string> = { mod: onMac ? 'Meta' : 'Control', ctrl: 'Control', shift: 'Shift', alt: 'Alt', left: 'ArrowLeft', right: 'ArrowRight', up: 'ArrowUp', down: 'ArrowDown', esc: 'Escape', space: 'Space' };
  return parts(shortcut)
    .map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : `${key[0]?.toUpperCase()}${key.slice(1)}`))
    .join('+');
}

const parts = (shortcut: string): string[] => shortcut.toLowerCase().split('+').map((part) => part || '+');

export interface Press {
  key: string;
  /** Of the key's place on the keyboard; used for digits, whose key is another with Shift. */
  code?: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Whether a press is the shortcut. Shift is not asked of signs that are typed with it ('?'). */
export function pressed(shortcut: string, event: Press, onMac = mac): boolean {
  const wanted = parts(shortcut);
  const key = wanted.pop() ?? '';
  const has = (name: string): boolean => wanted.includes(name);
  const ctrl = has('ctrl') || (has('mod') && !onMac);
  const meta = has('mod') && onMac;
  const digit = /^Digit(\d)$/.exec(event.code ?? '')?.[1];
  const got = event.key.toLowerCase();
  const same = (eventNames[got] ?? got) === key || (/^\d$/.test(key) && digit === key);
  const sign = key.length === 1 && !/[a-z0-9]/.test(key);
  return same && event.ctrlKey === ctrl && event.metaKey === meta && event.altKey === has('alt') && (sign || event.shiftKey === has('shift'));
}
