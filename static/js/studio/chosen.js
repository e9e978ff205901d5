// Tasks of the strip that are chosen, to be cancelled together.
import "../choosing.js";
