// The pages of the library that stand alone: stars.
import "../frame.js";
import "../stars.js";
