export { clean, cleanLine, displayWidth, padEnd, padStart, truncate, wrap } from '@ids/rendering';
