/**
 * The browser's storage, or the page's memory where there is none (blocked, full, private). Each thing has a key of its own, so that tabs which write at the same time
 * take nothing away from each other.
 */
const memory = new Map<string, string>();

/** Reads; touches nothing. */
export function read(key: string): string | null {
  if (memory.has(key)) return memory.get(key)!;
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Writes. */
export function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
    memory.delete(key);
  } catch {
    memory.set(key, value);
  }
}

/** Removes. */
export function remove(key: string): void {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was stored.
  }
}

/** The keys that begin so, in order. */
export function keys(prefix: string): string[] {
  const found = new Set(memory.keys());
  try {
    for (let i = 0; i < localStorage.length; i++) found.add(localStorage.key(i)!);
  } catch {
    // Memory alone.
  }
  return [...found].filter((key) => key.startsWith(prefix)).sort();
}

/** Reads JSON; what is damaged counts as absent. */
export function readJson<T>(key: string): T | undefined {
  try {
    const value: unknown = JSON.parse(read(key) ?? 'null');
    return value && typeof value === 'object' ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

/** A random id: 32 hexadecimal digits. `crypto.randomUUID` is missing on pages without HTTPS. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte + 256).toString(16).slice(1)).join('');
}
