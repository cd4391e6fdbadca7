import controls from "./controls.css";
import entries from "./entries.css";
import layout from "./layout.css";
import media from "./media.css";
import text from "./text.css";
import theme from "./theme.css";

/** The whole style, in the order in which it is to be read. */
export default [theme, text, controls, layout, entries, media].join("\n");
