// noVNC as one classic script: the pages load it only where there is a screen to see.
import RFB from "@novnc/novnc";

globalThis.verbaleScreen = { RFB };
