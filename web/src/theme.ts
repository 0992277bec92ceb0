// Runs before the first paint (a small blocking script in <head>): the theme of the cookie, or the one of the system.
import { applyTheme, readTheme } from './parts/theme-choice';

applyTheme(readTheme());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => applyTheme(readTheme()));
