package dev.weir.oci;

/**
 * Consecutive bytes of some content.
 *
 * @param offset of the first, from 0
 * @param length how many, at least one
 */
public record ByteRange(long offset, int length) {
    public ByteRange {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("not a range: " + length + " bytes from " + offset);
        }
    }

    /** The offset of the last byte. */
    public long last() {
        return offset + length - 1;
    }

    /** As a request asks for it. Source: RFC 9110, "Range". */
    public String header() {
        return "bytes=" + offset + "-" + last();
    }
}
