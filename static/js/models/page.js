// The Models page: stars.
import "../frame.js";
import "../stars.js";
