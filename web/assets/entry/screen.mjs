// noVNC as one classic script: the pages load it only where there is a screen to see. What goes wrong they say
// in words; its own go to nobody.
import RFB from "@novnc/novnc";
import { initLogging } from "../node_modules/@novnc/novnc/core/util/logging.js";

initLogging("none");
globalThis.verbaleScreen = { RFB };
