package dev.weir.control.sts;

import dev.weir.control.ControlResponse;
import dev.weir.oci.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the answers of STS as AWS shapes them. */
final class StsXml {
    private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
    private static final int LONGEST_TEXT = 8192;

    private final StringBuilder text = new StringBuilder();

    /** One element with a text; what XML can't hold is replaced. */
    StsXml element(String name, String value) {
        text.append('<')
                .append(name)
                .append('>')
                .append(escaped(value))
                .append("</")
                .append(name)
                .append('>');
        return this;
    }

    StsXml begin(String name) {
        text.append('<').append(name).append('>');
        return this;
    }

    StsXml end(String name) {
        text.append("</").append(name).append('>');
        return this;
    }

    /** {@code <ActionResponse><ActionResult>…}, answered 200. */
    ControlResponse result(String action, String requestId) {
        return response(
                200,
                "<" + action + "Response xmlns=\"" + NAMESPACE + "\"><" + action + "Result>" + text + "</" + action
                        + "Result><ResponseMetadata><RequestId>" + escaped(requestId)
                        + "</RequestId></ResponseMetadata></" + action + "Response>",
                requestId);
    }

    static ControlResponse error(StsException.Code code, String message, String requestId) {
        StsXml error = new StsXml()
                .begin("Error")
                .element("Type", code.status() < 500 ? "Sender" : "Receiver")
                .element("Code", code.wireName())
                .element("Message", message)
                .end("Error")
                .element("RequestId", requestId);
        return response(
                code.status(),
                "<ErrorResponse xmlns=\"" + NAMESPACE + "\">" + error.text + "</ErrorResponse>",
                requestId);
    }

    private static ControlResponse response(int status, String xml, String requestId) {
        return new ControlResponse(
                status,
                Map.of("Content-Type", "text/xml", "x-amzn-RequestId", requestId),
                xml.getBytes(StandardCharsets.UTF_8));
    }

    private static String escaped(String value) {
        return Printable.of(value, LONGEST_TEXT)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
