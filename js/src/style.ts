import controls from "./style/controls.css";
import entries from "./style/entries.css";
import layout from "./style/layout.css";
import media from "./style/media.css";
import text from "./style/text.css";
import theme from "./style/theme.css";

/** The whole style, in the order in which it is to be read. */
export default [theme, text, controls, layout, entries, media].join("\n");
