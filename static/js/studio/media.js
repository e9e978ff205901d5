// What is given to the form: files, what is here already, and the part of an image that is kept.
import "./crop.js";
import "./files.js";
import "./ours.js";
