// Everything a page does in the browser. The pages work without it, except for what is live.
import 'htmx.org';
import './parts/arrange';
import './parts/board';
import './parts/feed';
import './parts/journey';
import './parts/live';
import { startBuilder } from './parts/builder';
import { startEditing } from './parts/editing';
import { startForms } from './parts/forms';
import { startKeys } from './parts/keys';
import { startMenus } from './parts/menus';
import { startSuggesting } from './parts/suggest';
import { startTimes } from './parts/times';
import { startToasts } from './parts/toasts';
import { startCopying } from './parts/copying';
import { startThemeMenu } from './parts/theme-menu';

startMenus();
startThemeMenu();
startForms();
startEditing();
startBuilder();
startCopying();
startSuggesting();
startTimes();
startToasts();
startKeys();
